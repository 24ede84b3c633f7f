namespace Meshlift.Core.Classifying;

/// <summary>The names of classes and parts in files, on the command line and in JSON.</summary>
public static class ClassName
{
    /// <summary>The name of a class.</summary>
    public static string Of(ResourceClass value) => value switch
    {
        ResourceClass.Crd => "crd",
        ResourceClass.Shared => "shared",
        ResourceClass.OnceOnly => "once-only",
        _ => "per-revision",
    };

    /// <summary>The name of a part.</summary>
    public static string Of(OncePart value) => value switch
    {
        OncePart.Tags => "tags",
        OncePart.Validator => "validator",
        OncePart.Alias => "alias",
        OncePart.Cni => "cni",
        OncePart.Ztunnel => "ztunnel",
        OncePart.Gateways => "gateways",
        _ => "other",
    };

    /// <summary>The class of a name, or null.</summary>
    public static ResourceClass? Parse(string text) => Find<ResourceClass>(text, Of);

    /// <summary>The part of a name, or null.</summary>
    public static OncePart? ParsePart(string text) => Find<OncePart>(text, Of);

    private static T? Find<T>(string text, Func<T, string> name) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (name(value) == text)
                return value;
        return null;
    }
}
