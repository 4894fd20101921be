"""What an App answers: `tandem routes MODULE`. Start at `table`."""
