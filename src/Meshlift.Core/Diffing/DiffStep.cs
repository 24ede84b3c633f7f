using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Yaml;

namespace Meshlift.Core.Diffing;

/// <summary>One step from the root of a resource to a change. The set is closed.</summary>
public abstract record DiffStep
{
    private DiffStep() { }

    /// <summary>The value of a key.</summary>
    /// <param name="Name">The key.</param>
    public sealed record Key(string Name) : DiffStep;

    /// <summary>An item of a list.</summary>
    /// <param name="Label">What tells it from the others, such as <c>name=discovery</c>; null where nothing but its place does.</param>
    /// <param name="Before">Its 0-based place before; null when it was not there.</param>
    /// <param name="After">Its 0-based place after; null when it is not there any more.</param>
    public sealed record Item(string? Label, int? Before, int? After) : DiffStep;

    /// <summary>From a text into the document that it holds.</summary>
    public sealed record Document : DiffStep;

    /// <summary>Lines of a text.</summary>
    /// <param name="Before">The 0-based first line before.</param>
    /// <param name="BeforeCount">How many lines before.</param>
    /// <param name="After">The 0-based first line after.</param>
    /// <param name="AfterCount">How many lines after.</param>
    public sealed record Lines(int Before, int BeforeCount, int After, int AfterCount) : DiffStep;
}

/// <summary>Where a change is.</summary>
public sealed class DiffPath : IComparable<DiffPath>
{
    private readonly ImmutableArray<DiffStep> _steps;
    private string? _text;
    private string? _place;

    private DiffPath(ImmutableArray<DiffStep> steps) => _steps = steps;

    /// <summary>The resource itself.</summary>
    public static DiffPath Root { get; } = new([]);

    /// <summary>The steps from the root.</summary>
    public ImmutableArray<DiffStep> Steps => _steps;

    /// <summary>One step further.</summary>
    public DiffPath Then(DiffStep step) => new(_steps.Add(step));

    /// <summary>The path without what tells one item from another: keys joined by '/', <c>*</c> for an item, <c>|</c> for a document, <c>#</c> for lines.</summary>
    internal string Place => _place ??= string.Join('/', _steps.Select(step => step switch
    {
        DiffStep.Key(var name) => name,
        DiffStep.Item => "*",
        DiffStep.Document => "|",
        _ => "#",
    }));

    /// <summary>The same path, seen from the other side.</summary>
    internal DiffPath Mirrored() => new([.. _steps.Select(step => step switch
    {
        DiffStep.Item(var label, var before, var after) => new DiffStep.Item(label, after, before),
        DiffStep.Lines(var before, var beforeCount, var after, var afterCount) => new DiffStep.Lines(after, afterCount, before, beforeCount),
        _ => step,
    })]);

    /// <summary>By keys and by what tells items apart; places in lists and lines by their number.</summary>
    public int CompareTo(DiffPath? other)
    {
        if (other is null) return 1;
        for (var i = 0; i < Math.Min(_steps.Length, other._steps.Length); i++)
            if (Compare(_steps[i], other._steps[i]) is var order and not 0)
                return order;
        return _steps.Length.CompareTo(other._steps.Length);
    }

    private static int Compare(DiffStep a, DiffStep b) => (a, b) switch
    {
        (DiffStep.Key(var one), DiffStep.Key(var two)) => string.CompareOrdinal(one, two),
        (DiffStep.Item one, DiffStep.Item two) => string.CompareOrdinal(one.Label, two.Label) is var order and not 0 ? order : (one.After ?? one.Before ?? 0).CompareTo(two.After ?? two.Before ?? 0),
        (DiffStep.Lines one, DiffStep.Lines two) => one.After.CompareTo(two.After) is var order and not 0 ? order : one.Before.CompareTo(two.Before),
        _ => Rank(a).CompareTo(Rank(b)),
    };

    private static int Rank(DiffStep step) => step switch
    {
        DiffStep.Key => 0,
        DiffStep.Item => 1,
        DiffStep.Document => 2,
        _ => 3,
    };

    /// <summary>For people: <c>data.values | global.hub</c>, <c>spec.containers[name=discovery].image</c>. The 1-based line is the one after, where there is one.</summary>
    public override string ToString() => _text ??= Write();

    private string Write()
    {
        var text = new StringBuilder();
        foreach (var step in _steps)
        {
            switch (step)
            {
                case DiffStep.Key(var name):
                    var key = YamlPath.Keys(name).ToString();
                    if (text.Length > 0 && text[^1] != ' ' && key[0] != '[') text.Append('.');
                    text.Append(key);
                    break;
                case DiffStep.Item(var label, var before, var after):
                    text.Append('[').Append(label ?? (after ?? before)?.ToString(CultureInfo.InvariantCulture)).Append(']');
                    break;
                case DiffStep.Document:
                    text.Append(" | ");
                    break;
                case DiffStep.Lines lines:
                    text.Append(CultureInfo.InvariantCulture, $" | line {(lines.AfterCount > 0 ? lines.After : lines.Before) + 1}");
                    break;
            }
        }
        return text.ToString();
    }
}
