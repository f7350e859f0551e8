"""The analyst: questions in English about a semantic model, read by the model alone; it is right, asks, or refuses."""

from local_account.analyst.analyst import answer
from local_account.analyst.answers import Answer, Answered, Category, Clarify, Refused, Turn
from local_account.analyst.data_index import DataIndex

__all__ = ["Answer", "Answered", "Category", "Clarify", "DataIndex", "Refused", "Turn", "answer"]
