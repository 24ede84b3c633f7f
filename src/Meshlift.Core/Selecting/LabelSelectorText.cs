using System.Collections.Immutable;
using Meshlift.Core.Configuration;

namespace Meshlift.Core.Selecting;

/// <summary>Reads selectors as people write them behind <c>-l</c>: <c>app=web,env in (a,b),tier!=db,!legacy</c>.</summary>
/// <remarks>The grammar of apimachinery's labels.Parse; <c>==</c> is <c>=</c>. Comparisons of numbers (<c>&gt;</c>, <c>&lt;</c>) are not taken: no selector of Kubernetes' own objects has them.</remarks>
public static class LabelSelectorText
{
    /// <summary>Reads a selector; empty text chooses everything.</summary>
    /// <exception cref="UserException">The text is no selector.</exception>
    public static LabelSelector Parse(string text)
    {
        if (text.AsSpan().Trim().IsEmpty) return LabelSelector.Everything;
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        foreach (var part in Parts(text)) requirements.Add(Requirement(part, text));
        return new LabelSelector(requirements.DrainToImmutable());
    }

    /// <summary>Cuts at commas, but not at those between parentheses.</summary>
    private static IEnumerable<string> Parts(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '(') depth++;
            else if (i < text.Length && text[i] == ')') depth--;
            else if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }
    }

    private static LabelRequirement Requirement(string part, string whole)
    {
        if (part.StartsWith('!')) return new LabelRequirement(Key(part[1..], whole), LabelOperator.DoesNotExist, []);
        if (part.EndsWith(')') && part.IndexOf('(', StringComparison.Ordinal) is var open and > 0)
        {
            if (part[..open].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [var key, "in" or "notin"] head) throw Bad(whole);
            ImmutableArray<string> values = [.. part[(open + 1)..^1].Split(',').Select(value => Value(value, whole))];
            return new LabelRequirement(Key(key, whole), head[1] == "in" ? LabelOperator.In : LabelOperator.NotIn, values);
        }
        var at = part.IndexOf('=', StringComparison.Ordinal);
        if (at < 0) return new LabelRequirement(Key(part, whole), LabelOperator.Exists, []);
        var isNot = at > 0 && part[at - 1] == '!';
        var value = part[(at + 1)..];
        if (!isNot && value.StartsWith('=')) value = value[1..];
        return new LabelRequirement(Key(part[..(isNot ? at - 1 : at)], whole), isNot ? LabelOperator.NotIn : LabelOperator.In, [Value(value, whole)]);
    }

    private static string Key(string text, string whole) => text.Trim() is { Length: > 0 and <= 317 } key && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') ? key : throw Bad(whole);

    private static string Value(string text, string whole) => text.Trim() is { Length: <= 63 } value && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? value : throw Bad(whole);

    private static UserException Bad(string text) => new(ErrorKind.Input, $"{Quoted.Text(text)} is not a label selector", "write it as for kubectl, for example app=web,env in (dev,test),!legacy");
}
