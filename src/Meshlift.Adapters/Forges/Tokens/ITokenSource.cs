namespace Meshlift.Adapters.Forges.Tokens;

/// <summary>Where the token of a forge comes from.</summary>
internal interface ITokenSource
{
    /// <summary>What messages call the place. Never the token.</summary>
    string Shown { get; }

    /// <summary>The token.</summary>
    /// <exception cref="Core.UserException">There is none.</exception>
    ValueTask<string> GetAsync(CancellationToken cancel);

    /// <summary>The forge did not take a token: the next one is not from memory.</summary>
    /// <returns>False when the next one would be the same.</returns>
    bool Refuse(string token);
}
