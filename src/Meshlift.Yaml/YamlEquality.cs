using System.Globalization;

namespace Meshlift.Yaml;

/// <summary>Compares values as Kubernetes does once they are JSON: the order of keys and the way a value was written do not count.</summary>
public sealed class YamlEquality : IEqualityComparer<YamlNode>
{
    /// <summary>The one instance.</summary>
    public static YamlEquality Instance { get; } = new();

    private YamlEquality() { }

    /// <summary>True when both are the same value. <c>8</c> and <c>8.0</c> are; <c>8</c> and <c>"8"</c> are not.</summary>
    public bool Equals(YamlNode? x, YamlNode? y) => (x, y) switch
    {
        (null, null) => true,
        (YamlScalar a, YamlScalar b) => Same(a, b),
        (YamlSequence a, YamlSequence b) => a.Items.Length == b.Items.Length && a.Items.AsSpan().SequenceEqual(b.Items.AsSpan(), this),
        (YamlMapping a, YamlMapping b) => Same(a, b),
        _ => false,
    };

    /// <inheritdoc/>
    public int GetHashCode(YamlNode obj) => obj switch
    {
        YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float } number => AsDouble(number).GetHashCode(),
        YamlScalar scalar => StringComparer.Ordinal.GetHashCode(scalar.Value),
        YamlSequence sequence => sequence.Items.Length,
        YamlMapping mapping => ~mapping.Entries.Length,
        _ => 0,
    };

    private static bool Same(YamlScalar a, YamlScalar b)
    {
        if (a.Kind == b.Kind) return a.Value == b.Value;
        return IsNumber(a) && IsNumber(b) && AsDouble(a).Equals(AsDouble(b));
    }

    private static bool IsNumber(YamlScalar scalar) => scalar.Kind is ScalarKind.Integer or ScalarKind.Float;

    private static double AsDouble(YamlScalar number) =>
        double.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    private bool Same(YamlMapping a, YamlMapping b)
    {
        if (a.Entries.Length != b.Entries.Length) return false;
        var others = b.Entries.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        foreach (var entry in a.Entries)
            if (!others.TryGetValue(entry.Key, out var other) || !Equals(entry.Value, other))
                return false;
        return true;
    }
}
