"""Intake: feeds from outside that a community takes in."""
