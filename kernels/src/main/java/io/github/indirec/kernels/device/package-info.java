/** A device's memory, copies, launches and errors: what the op families are written on. */
package io.github.indirec.kernels.device;
