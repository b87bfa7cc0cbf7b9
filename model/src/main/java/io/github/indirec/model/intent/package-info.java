/** Intents: clusters of sequence representations, and the sub-sequences that share one. */
package io.github.indirec.model.intent;
