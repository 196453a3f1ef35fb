"""The numbers standing is computed with. Whoever changes one raises VERSION, which is kept with each standing.

Where they come from, and which of them are judgements rather than measurements: docs/standing.md.
"""

from datetime import timedelta

VERSION = 1

# Statuses, in thousandths of an independent voice.
NEED = 2600
KEEP = 2200
TIMES = 3
CONTEST = 1500
HEARD = 900

# How many voices are counted in every order; above, the largest remaining credit first.
EXACT_UP_TO = 10

# Dependence of two voices, in thousandths.
MOST = 950
SAME_SOURCE = 950
SAME_SITE = 500
TOLD = 950
INVITED = 500
ROOTS_THAT_FREE = 5

# Tie: at most .7, half of it at a strength of 5,000.
TIE_AT_MOST = 0.7
TIE_HALF = 5000
SMALL_CIRCLE = 30

# Strength of a tie, in thousandths of a meeting of two: weekly caps, and the weeks after which it counts half.
MET_UNIT, MET_CAP, MET_AGES = 1000, 1500, 13
MOST_AT_A_MEETING = 30
TALKED_UNIT, TALKED_AGES = 500, 8

# Habit: what counts as settled, as together, and from when on.
SETTLED_AFTER = timedelta(days=14)
STANCES_KEPT = 50
TOGETHER_WITHIN = timedelta(minutes=20)
TOGETHER_DAYS = 3
TOGETHER_PSEUDO = 10
HABIT_PSEUDO = 2

# Who is established.
DAYS_HERE = 30
PEOPLE_MET = 3
ENOUGH_TO_WEIGH = 5
