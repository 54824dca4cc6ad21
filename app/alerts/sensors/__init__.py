"""What feeds the rules: each sensor turns pictures that are made anyway into signals, and hands on what changed."""
