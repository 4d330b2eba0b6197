"""`python -m registry`: the console script, for when it is not on the path."""

from registry.app import main

main()
