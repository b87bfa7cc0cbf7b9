/** The sequence encoder Trans(.) of the paper. */
package io.github.indirec.model.encoder;
