# %% [markdown]
# # 2주차 실습: NumPy로 만드는 어텐션
#
# GPU도 프레임워크도 필요 없다. 순서대로 실행하면서 출력이 아래 값과 같은지 확인하자.
# %%
import numpy as np

np.set_printoptions(precision=3, suppress=True)
rng = np.random.default_rng(7)
print("numpy 준비 완료, 시드 7")
# %% [markdown]
# ## 1. softmax
#
# 큰 값이 들어와도 넘치지 않도록 최댓값을 먼저 뺀다. 빼도 결과는 바뀌지 않는다.
# %%
def softmax(scores):
    shifted = scores - scores.max(axis=-1, keepdims=True)
    weights = np.exp(shifted)
    return weights / weights.sum(axis=-1, keepdims=True)


print(softmax(np.array([1.0, 2.0, 3.0])))
print(softmax(np.array([1001.0, 1002.0, 1003.0])))
# %% [markdown]
# ## 2. 왜 √d로 나누는가
#
# 차원을 키우면서 내적의 표준편차를 잰다. 나누지 않으면 √d만큼 커진다.
# %%
for d in (16, 64, 256):
    q, k = rng.normal(size=(5000, d)), rng.normal(size=(5000, d))
    dots = (q * k).sum(axis=1)
    print(f"d={d:3d}  나누기 전 {dots.std():6.2f}  나눈 뒤 {(dots / np.sqrt(d)).std():.2f}")
# %% [markdown]
# ## 3. scaled dot-product attention
# %%
def attention(q, k, v, mask=None):
    scores = q @ k.T / np.sqrt(q.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights = softmax(scores)
    return weights @ v, weights


words = ["나는", "밥을", "먹고", "잤다"]
x = rng.normal(size=(4, 8))
out, weights = attention(x, x, x)
print("출력 모양:", out.shape)
print(weights)
# %% [markdown]
# ## 4. 인과 마스크 (과제 2)
#
# 미래 단어를 보지 못하게 아래 삼각형만 남긴다. 과제에서는 `np.tril` 한 줄이 빈칸으로 나온다.
# %%
mask = np.tril(np.ones((4, 4), dtype=bool))
_, causal = attention(x, x, x, mask)
print(causal)
print("행의 합:", causal.sum(axis=-1))
# %% [markdown]
# ## 5. 멀티 헤드
#
# 8차원을 2개의 헤드로 나누면 헤드 하나는 4차원이다.
# %%
def multi_head(x, heads):
    parts = np.split(x, heads, axis=-1)
    return np.concatenate([attention(p, p, p)[0] for p in parts], axis=-1)


multi_head(x, heads=2).shape
# %% [markdown]
# ## 6. 길이에 따른 메모리
#
# 점수표는 n × n이다. float32로 헤드 8개를 저장한다고 치고 계산한다.
# %%
for n in (512, 1024, 2048, 4096):
    print(f"n={n:4d}  점수표 {n * n * 8 * 4 / 2**20:6.0f} MiB")
# %% [markdown]
# ## 확인 문제
#
# 1. 마스크를 씌운 첫 행은 왜 [1, 0, 0, 0]일까?
# 2. 길이를 두 배로 늘리면 점수표는 몇 배가 되는가?
