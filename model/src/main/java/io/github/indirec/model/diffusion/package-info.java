/** The diffusion model over item embeddings (InDiRec, section on intent-guided diffusion; after DreamRec and DDPM). */
package io.github.indirec.model.diffusion;
