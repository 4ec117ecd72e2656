# %% [markdown]
# # 8주차 실습: 양자화와 LoRA를 NumPy로
#
# bitsandbytes도 GPU도 없이 원리만 확인한다. 작성: 배수민
# %%
import numpy as np

np.set_printoptions(precision=4, suppress=True)
rng = np.random.default_rng(2026)
weights = rng.normal(0, 0.02, size=(512, 512))
print("가중치 표준편차:", round(float(weights.std()), 4))
# %% [markdown]
# ## 1. absmax로 8비트 만들기
# %%
def quantize(x, bits=8):
    top = 2 ** (bits - 1) - 1
    scale = np.abs(x).max() / top
    return np.round(x / scale).astype(np.int8), scale


q, scale = quantize(weights)
restored = q * scale
print("scale:", f"{scale:.6f}")
print("가장 큰 오차:", f"{np.abs(restored - weights).max():.6f}")
print("이론상 한계 scale/2:", f"{scale / 2:.6f}")
# %% [markdown]
# ## 2. 튀는 값(outlier) 하나의 힘
#
# 값 하나만 2.0으로 바꾸고 나머지 값의 오차를 다시 잰다.
# %%
def relative_error(x, bits):
    q, scale = quantize(x, bits)
    return np.sqrt(((q * scale - x) ** 2).mean()) / x.std()


spiked = weights.copy()
spiked[0, 0] = 2.0
for bits in (8, 4):
    print(f"{bits}비트  원래 {100 * relative_error(weights, bits):6.2f}%  튀는 값 하나 {100 * relative_error(spiked, bits):6.2f}%")
# %% [markdown]
# ## 3. 블록으로 나누면
# %%
def block_error(x, bits, size):
    rows = x.reshape(-1, size)
    top = 2 ** (bits - 1) - 1
    scale = np.abs(rows).max(axis=1, keepdims=True) / top
    error = np.round(rows / scale) * scale - rows
    return np.sqrt((error**2).mean()) / x.std()


for size in (4096, 256, 64):
    print(f"블록 {size:4d}: 4비트 상대 오차 {100 * block_error(spiked, 4, size):.2f}%")
# %% [markdown]
# ## 4. LoRA의 첫 스텝
#
# B가 0이므로 어댑터를 붙여도 출력이 그대로인지 확인한다.
# %%
d, r, alpha = 512, 8, 16
A = rng.normal(0, 0.01, size=(r, d))
B = np.zeros((d, r))
x = rng.normal(size=d)
before = weights @ x
after = before + (alpha / r) * (B @ (A @ x))
print("차이:", np.abs(after - before).max())
print("전체 파라미터:", weights.size, " LoRA 파라미터:", A.size + B.size)
print(f"비율: {100 * (A.size + B.size) / weights.size:.3f}%")
# %% [markdown]
# ## 5. 낮은 계수로 얼마나 되살릴 수 있나
#
# 계수가 4인 변화량에 잡음을 조금 섞고, SVD로 rank를 바꿔 가며 되살린다.
# %%
change = rng.normal(size=(512, 4)) @ rng.normal(size=(4, 512)) / 22.6 + rng.normal(0, 0.02, size=(512, 512))
u, s, vt = np.linalg.svd(change)
for rank in (1, 2, 4, 8, 16):
    kept = (u[:, :rank] * s[:rank]) @ vt[:rank]
    rest = np.linalg.norm(change - kept) / np.linalg.norm(change)
    print(f"rank {rank:2d}: 남은 오차 {100 * rest:5.1f}%")
# %% [markdown]
# rank 4까지는 오차가 빠르게 줄고 그 뒤로는 거의 줄지 않는다. 변화량의 실제 계수가 4이기 때문이다.
#
# ## 6. 합치기(merge)
# %%
B = rng.normal(0, 0.01, size=(d, r))
merged = weights + (alpha / r) * (B @ A)
separate = weights @ x + (alpha / r) * (B @ (A @ x))
bool(np.allclose(merged @ x, separate))
# %% [markdown]
# ## 확인 문제
#
# 1. 4비트에서 블록 크기를 64에서 32로 줄이면 배율을 저장하는 데 드는 비트는 파라미터당 얼마나 늘어나는가? (배율은 32비트)
# 2. α를 두 배로 하고 r도 두 배로 하면 배율 α/r는 어떻게 되는가?
