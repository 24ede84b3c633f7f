using Meshlift.Core;

namespace Meshlift.Adapters.Forges.Tokens;

/// <summary>A token in an environment variable.</summary>
internal sealed class VariableToken(string name, IReadOnlyDictionary<string, string> environment) : ITokenSource
{
    public string Shown => $"the variable {name}";

    public ValueTask<string> GetAsync(CancellationToken cancel) => environment.TryGetValue(name, out var value) && value.Length > 0
        ? ValueTask.FromResult(TokenText.Read(value, Shown))
        : throw new UserException(ErrorKind.Environment, $"there is no token: {Shown} is not set", $"set {name}, or say in 'token' of the repository where its token is");

    public bool Refuse(string token) => false;
}
