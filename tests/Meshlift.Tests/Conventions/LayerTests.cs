using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Meshlift.Tests.Conventions;

/// <summary>The arrows of the design, held against the compiled assemblies.</summary>
public sealed class LayerTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Meshlift.Yaml"] = [],
        ["Meshlift.Core"] = ["Meshlift.Yaml"],
        ["Meshlift.Adapters"] = ["Meshlift.Core", "Meshlift.Yaml"],
        ["Meshlift.Engine"] = ["Meshlift.Adapters", "Meshlift.Core", "Meshlift.Yaml"],
        ["Meshlift.Simulator"] = ["Meshlift.Core", "Meshlift.Yaml"],
        ["meshlift"] = ["Meshlift.Engine", "Meshlift.Simulator", "Meshlift.Adapters", "Meshlift.Core", "Meshlift.Yaml"],
    };

    // What a decision may not touch: files, processes, the network, the clock, a log, and waiting for any of them.
    private static readonly string[] ForbiddenInCore =
    [
        "System.IO.File", "System.IO.Directory", "System.IO.FileInfo", "System.IO.DirectoryInfo", "System.IO.FileStream", "System.IO.FileSystemWatcher", "System.Console",
        "System.Environment", "System.Diagnostics.Process", "System.Diagnostics.Stopwatch", "System.TimeProvider", "System.Random", "System.Threading.Tasks.Task",
        "System.Threading.Tasks.ValueTask", "System.Threading.Thread", "System.Threading.Timer", "System.Runtime.CompilerServices.AsyncTaskMethodBuilder",
    ];

    private static readonly string[] ForbiddenNamespacesInCore = ["System.Net", "Microsoft.Extensions.Logging"];

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory, MemberData(nameof(Projects))]
    public void Arrows_only_point_down(string project)
    {
        var references = Assembly.Load(project).GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name.StartsWith("Meshlift", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(references.Except(Allowed[project], StringComparer.Ordinal));
    }

    [Theory, InlineData("Meshlift.Core"), InlineData("Meshlift.Yaml")]
    public void Decisions_do_no_input_or_output(string project) => Assert.DoesNotContain(TypesUsedBy(project), IsForbidden);

    [Fact]
    public void The_check_sees_what_an_adapter_uses() => Assert.Contains(TypesUsedBy("Meshlift.Adapters"), IsForbidden);

    [Fact]
    public void No_type_is_named_after_nothing()
    {
        string[] empty = ["Manager", "Helper", "Util", "Utils", "Utility", "Service", "Base"];
        var named = Allowed.Keys.SelectMany(project => Assembly.Load(project).GetTypes()).Where(type => !type.Name.Contains('<', StringComparison.Ordinal));
        Assert.Empty(named.Where(type => empty.Any(word => type.Name.EndsWith(word, StringComparison.Ordinal))).Select(type => type.FullName));
    }

    [Fact]
    public void Every_interface_has_two_implementations_that_ship()
    {
        var types = Allowed.Keys.SelectMany(project => Assembly.Load(project).GetTypes()).ToList();
        var lonely = types.Where(type => type.IsInterface && types.Count(other => other is { IsClass: true, IsAbstract: false } && type.IsAssignableFrom(other)) < 2);
        Assert.Empty(lonely.Select(type => type.FullName));
    }

    private static bool IsForbidden(string type) =>
        ForbiddenInCore.Contains(type, StringComparer.Ordinal) || ForbiddenNamespacesInCore.Any(space => type.StartsWith(space + ".", StringComparison.Ordinal));

    private static HashSet<string> TypesUsedBy(string project)
    {
        using var file = File.OpenRead(Assembly.Load(project).Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(member => member.Parent.Kind == HandleKind.TypeReference)
            .Select(member => (Type: metadata.GetTypeReference((TypeReferenceHandle)member.Parent), Name: metadata.GetString(member.Name)))
            // Every method with 'yield' asks for the thread it runs on; the compiler writes that, not a person.
            .Where(member => member.Name != "get_CurrentManagedThreadId")
            .Select(member => $"{metadata.GetString(member.Type.Namespace)}.{metadata.GetString(member.Type.Name)}")
            .ToHashSet(StringComparer.Ordinal);
    }
}
