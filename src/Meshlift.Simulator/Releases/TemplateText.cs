using System.Text;

namespace Meshlift.Simulator.Releases;

/// <summary>Turns the embedded templates and CRD descriptions into the text of one release.</summary>
/// <remarks>
/// Five marks, and nothing else, have a meaning; the last four take a line of their own, indented as one likes:
/// <list type="bullet">
/// <item><c>${name}</c> is replaced by the value of that name;</item>
/// <item><c>#only A B</c> keeps the lines up to <c>#end</c> when one of the words holds: a minor version, <c>revisioned</c>,
/// <c>unrevisioned</c>, or a word of the component;</item>
/// <item><c>#include name</c> puts another template in, at the indentation of this line;</item>
/// <item><c>#: text</c> is a remark to whoever reads the template.</item>
/// </list>
/// A mistake in a template is a mistake in the program, so it surfaces as <see cref="InvalidDataException"/>.
/// </remarks>
internal static class TemplateText
{
    /// <summary>The expanded text of an embedded resource such as <c>templates/ztunnel</c>.</summary>
    public static string Expand(string resource, ReleaseSettings settings)
    {
        var result = new StringBuilder();
        Append(result, resource, "", settings);
        return result.ToString();
    }

    private static void Append(StringBuilder result, string resource, string indent, ReleaseSettings settings)
    {
        var (inside, kept) = (false, true);
        foreach (var line in Read(resource).AsSpan().TrimEnd('\n').EnumerateLines())
        {
            var mark = line.TrimStart(' ');
            if (mark.StartsWith("#only "))
            {
                if (inside) throw new InvalidDataException($"{resource}: '{mark}' stands inside another #only");
                (inside, kept) = (true, Holds(mark["#only ".Length..], settings));
            }
            else if (mark is "#end")
            {
                if (!inside) throw new InvalidDataException($"{resource}: #end without #only");
                (inside, kept) = (false, true);
            }
            else if (kept && mark.StartsWith("#include "))
            {
                var more = line[..^mark.Length];
                Append(result, Replace(mark["#include ".Length..], resource, settings), $"{indent}{more}", settings);
            }
            else if (kept && !mark.StartsWith("#:"))
            {
                if (line.Length > 0) result.Append(indent);
                result.Append(Replace(line, resource, settings)).Append('\n');
            }
        }
        if (inside) throw new InvalidDataException($"{resource}: #only without #end");
    }

    private static bool Holds(ReadOnlySpan<char> words, ReleaseSettings settings)
    {
        foreach (var word in words.Split(' '))
            if (settings.Conditions.Contains(words[word].ToString())) return true;
        return false;
    }

    private static string Replace(ReadOnlySpan<char> line, string resource, ReleaseSettings settings)
    {
        var start = line.IndexOf("${");
        if (start < 0) return line.ToString();
        var end = start + line[start..].IndexOf('}');
        var name = end < start ? "" : line[(start + 2)..end].ToString();
        if (!settings.Variables.TryGetValue(name, out var value))
            throw new InvalidDataException($"{resource}: '{line}' has a placeholder that nothing fills");
        return string.Concat(line[..start], value, Replace(line[(end + 1)..], resource, settings));
    }

    private static string Read(string resource)
    {
        using var stream = typeof(TemplateText).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidDataException($"there is no embedded '{resource}'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
