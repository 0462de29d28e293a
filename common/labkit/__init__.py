"""The exercise system of Strata; see exercises/README.md."""
