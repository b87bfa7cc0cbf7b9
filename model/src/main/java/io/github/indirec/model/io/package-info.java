/**
 * File formats: weights (safetensors, and PyTorch checkpoints to read), strict readers for files of strangers, and
 * writing that never loses the old file.
 */
package io.github.indirec.model.io;
