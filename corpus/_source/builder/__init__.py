"""Builds the binary files of the bundled course from the text sources beside this package."""
