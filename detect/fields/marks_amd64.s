#include "textflag.h"

// func classify(blocks *block, data *byte, n int)
//
// For each of n blocks of 64 bytes: where there are quotes, backslashes, and
// controls or bytes beyond ASCII, one bit for each byte, the first the lowest.
TEXT ·classify(SB), NOSPLIT, $0-24
	MOVQ blocks+0(FP), DI
	MOVQ data+8(FP), SI
	MOVQ n+16(FP), CX

	MOVQ         $0x22, AX
	MOVQ         AX, X0
	VPBROADCASTB X0, Y0     // "
	MOVQ         $0x5C, AX
	MOVQ         AX, X1
	VPBROADCASTB X1, Y1     // \
	MOVQ         $0x1F, AX
	MOVQ         AX, X2
	VPBROADCASTB X2, Y2     // the last control

loop:
	TESTQ CX, CX
	JE    done

	VMOVDQU (SI), Y3
	VMOVDQU 32(SI), Y4

	VPCMPEQB  Y0, Y3, Y5
	VPCMPEQB  Y0, Y4, Y6
	VPMOVMSKB Y5, AX
	VPMOVMSKB Y6, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	MOVQ      AX, 0(DI)  // quotes

	VPCMPEQB  Y1, Y3, Y5
	VPCMPEQB  Y1, Y4, Y6
	VPMOVMSKB Y5, AX
	VPMOVMSKB Y6, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	MOVQ      AX, 8(DI)  // slashes

	VPMINUB   Y2, Y3, Y5
	VPMINUB   Y2, Y4, Y6
	VPCMPEQB  Y3, Y5, Y5
	VPCMPEQB  Y4, Y6, Y6
	VPOR      Y3, Y5, Y5 // the highest bit is that of what is not ASCII
	VPOR      Y4, Y6, Y6
	VPMOVMSKB Y5, AX
	VPMOVMSKB Y6, BX
	SHLQ      $32, BX
	ORQ       BX, AX
	MOVQ      AX, 16(DI) // odd

	ADDQ $64, SI
	ADDQ $32, DI
	DECQ CX
	JMP  loop

done:
	VZEROUPPER
	RET
