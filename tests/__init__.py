"""The tests, one package for each package of the project."""
