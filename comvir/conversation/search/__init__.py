"""Finding again what was said. One index, kept in the database of the house, whichever it is.

`entry.py` says what is kept of a message, `question.py` what one may ask, `sqlite.py` and `postgres.py` how each
database keeps and finds it, `answers.py` what the searcher gets: only what `visible_to` lets them read.
"""

from comvir.conversation.search.answers import Found, found_by
from comvir.conversation.search.keeping import EDITION, forget, index, index_rest
from comvir.conversation.search.question import Question, question_of

__all__ = ["EDITION", "Found", "Question", "forget", "found_by", "index", "index_rest", "question_of"]
