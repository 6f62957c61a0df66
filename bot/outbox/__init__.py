"""Durable deliveries, and the scheduler that drives what is due."""
