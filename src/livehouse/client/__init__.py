"""Follow a room from Python: for programs of anybody's, our benchmarks, the simulated audience."""
