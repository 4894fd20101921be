"""Small programs that show one thing each; the tests beside them serve them."""
