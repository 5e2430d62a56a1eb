"""Benchmarks: a real house in processes of its own, real clients, and an honest comparison."""
