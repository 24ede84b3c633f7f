using System.Globalization;
using System.Text;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>A file of one of the product's own kinds, such as <c>meshlift.yaml</c>.</summary>
/// <param name="ApiVersion">The version of its form.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Reference">The page that explains its keys.</param>
/// <param name="WayOut">What to do when the file is of another kind.</param>
internal sealed record KindFile(string ApiVersion, string Kind, string Reference, string WayOut)
{
    /// <summary>Reads a file. Strict: what is not known is an error, never ignored.</summary>
    /// <param name="utf8">The bytes of the file.</param>
    /// <param name="fileName">What the user calls it, for messages.</param>
    /// <param name="shape">What is in it.</param>
    /// <returns>What it says, and its root, for places.</returns>
    /// <exception cref="UserException">
    /// Something is wrong; of kind <see cref="ErrorKind.Input"/>. The message holds everything that is wrong, a line for each, in the order of the file, as
    /// <c>file:line:column: what; what to do</c>.
    /// </exception>
    public (T Value, YamlNode Root) Read<T>(ReadOnlySpan<byte> utf8, string fileName, Shape<T> shape)
    {
        var root = Parse(utf8, fileName);
        if (root is null)
            throw new UserException(ErrorKind.Input, $"{fileName}:1:1: the file is empty",
                $"begin it with apiVersion: {ApiVersion} and kind: {Kind}; all keys are explained in {Reference}");
        RefuseOtherKinds(root, fileName);
        var reading = new Reading(Encoding.UTF8.GetString(utf8));
        var value = shape.Read(root, "", reading);
        if (reading.Count == 0) return (value, root);
        throw new UserException(
            ErrorKind.Input,
            string.Join('\n', reading.InOrder.Select(problem => $"{fileName}:{problem.Position}: {problem.Message}")),
            string.Create(CultureInfo.InvariantCulture, $"correct {(reading.Count == 1 ? "this place" : $"these {reading.Count} places")}; all keys are explained in {Reference}"));
    }

    private static YamlNode? Parse(ReadOnlySpan<byte> utf8, string fileName)
    {
        try
        {
            return YamlReader.Read(utf8);
        }
        catch (YamlSyntaxException e)
        {
            // What a version range and a pattern begin with is not a text to YAML.
            var text = Encoding.UTF8.GetString(utf8);
            var remedy = e.Position.Offset < text.Length && text[e.Position.Offset] is var first and ('>' or '*' or '|' or '&' or '!' or '%' or '@' or '`')
                ? $"put the value into quotes: without them it cannot begin with '{first}'"
                : e.Remedy;
            throw new UserException(ErrorKind.Input, $"{fileName}:{e.Position}: {e.Message}", remedy, e);
        }
    }

    /// <summary>A file that is something else altogether is told so, instead of having every key called unknown.</summary>
    private void RefuseOtherKinds(YamlNode root, string fileName)
    {
        if (root is not YamlMapping mapping || mapping["apiVersion"] is not YamlScalar { AsString: { } apiVersion } version || mapping["kind"] is not YamlScalar { AsString: { } kind }) return;
        if (apiVersion == ApiVersion && kind == Kind) return;
        var place = $"{fileName}:{version.Span!.Value.Start}";
        var group = ApiVersion[..(ApiVersion.IndexOf('/', StringComparison.Ordinal) + 1)];
        throw apiVersion.StartsWith(group, StringComparison.Ordinal) && kind == Kind
            ? new UserException(ErrorKind.Input, $"{place}: this program does not know {Quoted.Text(apiVersion)}, only {ApiVersion}",
                "use a program of the version that the file was written for")
            : new UserException(ErrorKind.Input, $"{place}: this is a {Quoted.Text(kind)} of {Quoted.Text(apiVersion)}, not a {Kind} of {ApiVersion}",
                WayOut);
    }
}
