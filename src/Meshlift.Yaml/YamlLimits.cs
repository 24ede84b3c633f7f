namespace Meshlift.Yaml;

/// <summary>What a document from outside may cost. A document beyond a limit is refused, never cut.</summary>
/// <param name="Depth">How deep values may be nested.</param>
/// <param name="Nodes">How many values a document may hold once its aliases are expanded.</param>
/// <param name="AliasedNodes">How many of these may come from aliases and merge keys: what keeps a "billion laughs" document small.</param>
public sealed record YamlLimits(int Depth = 128, int Nodes = 2_000_000, int AliasedNodes = 100_000)
{
    /// <summary>Ten times what the largest Istio resource needs.</summary>
    public static YamlLimits Default { get; } = new();
}
