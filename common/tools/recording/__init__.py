"""Recorded outputs of the book: their files, programs, checks and claims.

book/_recorded/NN/name.cmd says what to run, name.out or name.json holds what
it printed. record.py writes and checks them, the book's extensions show them.
"""
