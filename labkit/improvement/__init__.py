"""Better definitions from errors: suggested, tried on rows that the suggester has not seen, accepted by a person."""

from labkit.improvement.optimize import Optimised, SearchBudget, optimize, search_budget
from labkit.improvement.sets import FourSets, Trouble
from labkit.improvement.suggest import Suggestion, suggest
from labkit.improvement.suggestion_budget import SuggestionBudget, suggestion_budget
from labkit.improvement.trial import FourSetTrial, SetOutcome

__all__ = [
    "FourSetTrial",
    "FourSets",
    "Optimised",
    "SearchBudget",
    "SetOutcome",
    "Suggestion",
    "SuggestionBudget",
    "Trouble",
    "optimize",
    "search_budget",
    "suggest",
    "suggestion_budget",
]
