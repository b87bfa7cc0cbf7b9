/** Small dense linear algebra in float64, with the same bits on every Java. */
package io.github.indirec.model.linalg;
