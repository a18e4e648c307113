"""A conversation: what its next question asks for, seen with the questions and answers before it.

followup    a question and the turns before it → what is searched
anaphora    words that stand for something said before: it, their, which one, the second
mentions    what an answer names: a list, a name; what a question sets against each other
phrases     the noun phrases of a question
english     the word classes that all of this is built on
"""

from assistant.chat.followup import Turn, resolve

__all__ = ["Turn", "resolve"]
