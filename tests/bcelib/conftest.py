"""Here so that the tests of each room find `catalogue`."""
