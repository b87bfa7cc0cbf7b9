/**
 * InDiRec (Qu and Nobuhara, SIGIR 2025): {@link io.github.indirec.model.InDiRec} is the model,
 * {@code model.train.Trainer} trains it, {@code model.eval.Evaluator} measures it, {@code model.serve.Recommender}
 * serves it. The pieces: {@code encoder}, {@code diffusion}, {@code intent}, {@code data}, {@code io}.
 */
package io.github.indirec.model;
