"""A municipality's configuration: the model, the YAML it is read from, and the questions it answers.

`load` reads a file and names every error with its line; `responsibility` says whose turn it is; the calendar functions
count working time. Pure: text in, values out.
"""

from contracts.directory.base import Text
from contracts.directory.calendar import (
    Calendar,
    NoWorkingTime,
    add_working_time,
    load_holidays,
    next_opening,
    working_time_between,
)
from contracts.directory.diff import Change, diff, diff_people
from contracts.directory.errors import DirectoryErrors, Problem
from contracts.directory.load import advise, load, load_people, load_work
from contracts.directory.mapping import Mapping, VendorState
from contracts.directory.matrix import (
    Responsibility,
    device_class_of,
    local_support,
    next_party,
    resolve,
    responsibility,
)
from contracts.directory.model import DEFAULT_RULE, Directory
from contracts.directory.parties import Connection, School, Team, Vendor
from contracts.directory.people import People, Person, placeholder, teams_of, told_name
from contracts.directory.people_csv import load_people_csv
from contracts.directory.rules import Agreement, Policy, Promises, Service
from contracts.directory.urgency import Urgencies, urgency_of

__all__ = [
    "DEFAULT_RULE",
    "Agreement",
    "Calendar",
    "Change",
    "Connection",
    "Directory",
    "DirectoryErrors",
    "Mapping",
    "NoWorkingTime",
    "People",
    "Person",
    "Policy",
    "Problem",
    "Promises",
    "Responsibility",
    "School",
    "Service",
    "Team",
    "Text",
    "Urgencies",
    "Vendor",
    "VendorState",
    "add_working_time",
    "advise",
    "device_class_of",
    "diff",
    "diff_people",
    "load",
    "load_holidays",
    "load_people",
    "load_people_csv",
    "load_work",
    "local_support",
    "next_opening",
    "next_party",
    "placeholder",
    "resolve",
    "responsibility",
    "teams_of",
    "told_name",
    "urgency_of",
    "working_time_between",
]
