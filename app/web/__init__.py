"""HTTP and nothing else: asks `params` what was meant, `queries` for rows, `formats` for bytes."""
