/** Full-ranking evaluation, its metrics, baselines to stand beside, and the health of representations and clusters. */
package io.github.indirec.model.eval;
