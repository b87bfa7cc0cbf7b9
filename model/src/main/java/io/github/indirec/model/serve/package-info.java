/** Serving: recommendations from a trained model, for any history, from any number of threads. */
package io.github.indirec.model.serve;
