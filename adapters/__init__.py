"""Thin adapters: each turns one chat platform into the core's words, and the core's cards into its messages."""
