/** What a device must do: one interface an op family; for authors of backends and of ops. */
package io.github.indirec.tensor.spi;
