"""Routing's rules: which incident, whose turn, which clocks. Pure: no I/O, no framework, no clock of their own.

A reaction is a generator. Each event it yields is folded before it goes on, so that what it states next sees what it
stated before.
"""
