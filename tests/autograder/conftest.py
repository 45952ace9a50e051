"""Lets the tests of all rooms import what they share: the modules beside this file."""
