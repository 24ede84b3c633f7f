using System.Text;
using System.Text.Json;
using Meshlift.Core.Injection;
using Meshlift.Yaml;
using Meshlift.Yaml.Editing;

namespace Meshlift.Core.Enrolment;

/// <summary>An edit that a person has to make.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="File">The file.</param>
/// <param name="Line">The line; 1-based.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Edit">What to do, as an instruction.</param>
/// <param name="Reason">Why it is not done.</param>
public sealed record ManualEdit(string Repository, string File, int Line, string Namespace, string Edit, string Reason);

/// <summary>What <see cref="LabelEdit"/> made of a file.</summary>
/// <param name="Bytes">The new content; null when it was not changed.</param>
/// <param name="Line">Where the edit stands in the way of itself, or was made; 1-based.</param>
/// <param name="Refusal">Why it cannot be made; null when it was.</param>
public sealed record EditedFile(byte[]? Bytes, int Line, string? Refusal);

/// <summary>Gives one place the target's label: <c>istio-injection</c> goes and <c>istio.io/rev</c> comes in one change, since only one of them may be there (IST0123).</summary>
public static class LabelEdit
{
    /// <summary>Edits a file; every byte that is not of these labels stays.</summary>
    /// <param name="file">The file.</param>
    /// <param name="place">The place in it.</param>
    /// <param name="target">The revision or the tag.</param>
    public static EditedFile Apply(ReadOnlyMemory<byte> file, LabelPlace place, string target)
    {
        if (place.Obstacle is { } obstacle) return new EditedFile(null, place.Line, obstacle);
        try
        {
            var changes = Changes(place, target);
            var edited = YamlFile.Read(file).Edit(place.Document, [.. changes]).ToBytes();
            // What YAML takes for equal need not be JSON any more.
            if (place.File.EndsWith(".json", StringComparison.Ordinal) && !IsJson(edited)) return new EditedFile(null, place.Line, "it cannot be written there as JSON without other changes");
            return new EditedFile(edited, place.Line, null);
        }
        catch (YamlEditException e)
        {
            return new EditedFile(null, e.Position.Line, e.Message);
        }
    }

    /// <summary>The edit in words, as an instruction.</summary>
    public static string Instruction(LabelPlace place, string target)
    {
        if (place.Kind == LabelPlaceKind.ValuesRevision) return $"set {place.Path} to {target}";
        var removed = place.Labels[InjectionLabels.Injection] is not null || place.Kind == LabelPlaceKind.Other ? $"remove {InjectionLabels.Injection} and " : "";
        return $"{removed}set {InjectionLabels.Revision} to {target}{(place.Workload is { } workload ? $" in the pod template of {workload.Kind} {workload.Name}" : "")}";
    }

    private static List<YamlChange> Changes(LabelPlace place, string target)
    {
        var value = YamlScalar.String(target);
        if (place.Kind == LabelPlaceKind.ValuesRevision) return [new YamlChange.Set(place.Path!, value)];
        var (injection, revision) = (place.Path!.Then(new YamlPathStep.Key(InjectionLabels.Injection)), place.Path.Then(new YamlPathStep.Key(InjectionLabels.Revision)));
        // In its place: the labels keep their order, and the comment behind it stays with it.
        if (place.Labels[InjectionLabels.Injection] is not null && place.Labels[InjectionLabels.Revision] is null) return [new YamlChange.Rename(injection, InjectionLabels.Revision), new YamlChange.Set(revision, value)];
        return place.Labels[InjectionLabels.Injection] is null ? [new YamlChange.Set(revision, value)] : [new YamlChange.Remove(injection), new YamlChange.Set(revision, value)];
    }

    private static bool IsJson(byte[] utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(utf8).TrimStart('\uFEFF'));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
