"""The word classes of English that questions are built from; data, no rules."""

from __future__ import annotations

from assistant.tokens import STOP_WORDS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The closed classes: they end a phrase and never belong to one.
AUXILIARIES = _words("""
    am are be been being can could did do does had has have is may might must shall should
    was were will would
    """)
WH_WORDS = frozenset({"how", "what", "when", "where", "which", "who", "whom", "whose", "why"})
PREPOSITIONS = _words("""
    about after against among at before behind between by during for from in inside into
    like of off on onto out outside over per since than through to toward under until up
    upon versus via vs with within without
    """)
PLACES = frozenset({"in", "inside", "on", "with", "within"})
DETERMINERS = _words("""
    a an another any each every my our some the your
    """)
POSSESSIVES = frozenset({"her", "his", "its", "my", "our", "their", "your"})
# What is made of a thing stands behind it: "make that longer".
MAKING = frozenset({"get", "have", "keep", "make"})
CLAUSE_STARTS = WH_WORDS | _words("""
    after although and as because before but if once or so than that unless until where whether
    while
""")
# Behind these, "that" begins a clause.
OPENS_THAT = _words("""
    all any anything down everyone everything given it now off one ones out so something such thing
    things those up
""")
# Before these, "those" points forward.
POINTED_AT = frozenset({"that", "where", "which", "who", "whose"})
_OTHERS = _words("""
    able actually allow allowed almost already always anybody anyone back bit called
    else enough even ever everybody everyone get gets getting good instead let lets lot
    lots many maybe might mine much need needed needs never new nobody often one ones
    per please possible really shall since somebody someone still thing things think
    together typically unlike us used usually want wants well within without yes yet
    """)
FUNCTION_WORDS = STOP_WORDS | AUXILIARIES | WH_WORDS | PREPOSITIONS | DETERMINERS | _OTHERS

# Not just -ly: a family, a supply and an anomaly are things.
ADVERB_ENDINGS = tuple(_words("ably ainly ally antly ately edly ely ently ibly ickly ingly ously"))

# Frequent verbs of questions in their plain form. Those that are nouns too end a phrase likewise:
# "what does Athena cost", "the cost of Athena".
VERBS = _words("""
    accept add affect apply ask avoid became become begin begun belong bill break bring
    broken build built call cause change check choose chosen close come compare compute
    connect consist contain convert cost create cut decide define delete depend describe
    detect develop differ do done download drawn enable encrypt estimate expect explain
    extend fail fall fell fill find fit fix follow forecast found gave generate give
    given go gone grow grown handle happen held help hold identify improve include
    increase keep kept know known learn leave led left lie list live load look lost
    lower made make manage matter mean meant measure mention monitor move name occur
    offer open order paid pay perform pick play point predict prefer prepare prevent
    process produce protect provide put raise read receive recommend reduce remove renew
    replace report require return run said save say scale see seen send sent serve set
    show shown sold solve spent split stand start stay stop store suit support take
    taken tell told took track train transform translate turn understand upload use vary
    warn went won work write written
    """)
# Nouns that say nothing until it is known of what: "the default", "its benefits".
RELATIONAL = _words("""
    advantage alternative amount application aspect basics benefit best capacity category
    cause characteristic charge component con condition consequence cost criterion default
    definition detail difference disadvantage downside drawback duration effect element
    example explanation factor feature fee figure first form format formula function goal
    guarantee idea input instance kind largest last length level limit limitation main
    maximum meaning minimum most number option output parameter part percentage point price
    pricing principle pro problem property purpose quota range rate reason requirement
    result risk role rule second setting sign size smallest sort stage step strength summary
    syntax term third threshold time type unit upside usage use value variant version way
    weakness
    """)
