"""Delivery: an approved version is offered, and learners enrol."""
