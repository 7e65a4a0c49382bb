"""What every room rests on: hyper-parameters, registries, checks, numbers as text, compiled programs, curvature."""
