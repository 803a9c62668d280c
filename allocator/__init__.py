"""From scenario file to certified allocation: files in, case, ranked solving, audit, report."""
