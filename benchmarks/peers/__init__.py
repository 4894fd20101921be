"""One file for each contender, written as its own documentation advises.

Each has `build(others, marks)`: an application with the measured routes amid the others, and one
middleware for each mark that adds a response header of that name.
"""
