"""What is shown of a run: tables in the terminal, the chart, results.json."""
