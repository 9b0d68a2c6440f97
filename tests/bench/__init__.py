"""`make bench`: how fast, as ratios within one run. Never an assertion of seconds: a machine is not a promise."""
