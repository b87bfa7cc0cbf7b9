package io.github.indirec.model;

import io.github.indirec.model.config.Choice;

/** Which of the two readings of InDiRec sets the defaults of the switches. */
public enum Mode implements Choice {
    /** What the authors' code does. */
    OFFICIAL,
    /** What the paper says. */
    PAPER
}
