using System.Globalization;
using System.Text;

namespace Meshlift.Benchmarks;

/// <summary>Times <c>meshlift check</c> over thousands of manifests as a whole process, in turn with <c>kubectl kustomize</c> over the same files; prints a Markdown table.</summary>
internal static class ManyManifests
{
    private static readonly int[] Counts = [10_000, 20_000, 40_000];

    // kustomize holds each resource against all others: its time grows with the square of their number.
    private const int PeerCount = 2_500;

    /// <param name="arguments">The number of rounds, and optionally a place of OpenAPI documents, which is given to the check as <c>--schemas</c>.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5;
        var schemas = arguments.Length > 1 ? Path.GetFullPath(arguments[1]) : null;
        var folder = Directory.CreateTempSubdirectory("meshlift-bench-").FullName;
        try
        {
            var programs = new List<(TimedProgram Program, int Count, long Bytes)>();
            foreach (var count in (int[])[PeerCount, .. Counts])
            {
                var below = Directory.CreateDirectory(Path.Combine(folder, count.ToString(CultureInfo.InvariantCulture))).FullName;
                var bytes = GeneratedManifests.Write(below, count);
                string[] check = [Path.Combine(AppContext.BaseDirectory, "meshlift.dll"), "check", below];
                programs.Add((new TimedProgram($"meshlift check, {count}", TimedProgram.OnPath("dotnet"), check, folder, () => { }), count, bytes));
                if (schemas is not null) programs.Add((new TimedProgram($"meshlift check --schemas, {count}", TimedProgram.OnPath("dotnet"), [.. check, "--schemas", schemas], folder, () => { }), count, bytes));
                if (count != PeerCount) continue;
                var files = Directory.EnumerateFiles(below, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => $"- {Path.GetRelativePath(below, file)}\n").ToList();
                File.WriteAllText(Path.Combine(below, "kustomization.yaml"), files.Aggregate(new StringBuilder("resources:\n"), (text, file) => text.Append(file)).ToString());
                programs.Add((new TimedProgram($"kubectl kustomize, {count}", TimedProgram.OnPath("kubectl"), ["kustomize", below], folder, () => { }), count, bytes));
            }
            programs.RemoveAll(program => program.Program.Program is null);
            var runs = programs.ToDictionary(program => program.Program.Name, _ => new List<(TimeSpan Wall, long Memory)>(), StringComparer.Ordinal);
            for (var round = -1; round < rounds; round++) // the first round warms the disk cache and is not counted
            {
                foreach (var (program, _, _) in programs)
                {
                    var run = await program.RunAsync();
                    if (round >= 0) runs[program.Name].Add(run);
                }
            }
            Print(rounds, programs, runs);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(int rounds, List<(TimedProgram Program, int Count, long Bytes)> programs, Dictionary<string, List<(TimeSpan Wall, long Memory)>> runs)
    {
        Console.WriteLine($"Manifests generated from the sample release 1.30.3; {rounds} rounds in turn; {Environment.ProcessorCount} processors; .NET {Environment.Version}; wall time of the whole process");
        Console.WriteLine();
        Console.WriteLine("| program, manifests | MB | median s | min s | max s | manifests a second | memory MB |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var (program, count, bytes) in programs)
        {
            var walls = runs[program.Name].ConvertAll(run => run.Wall);
            var median = TimedProgram.Median(walls);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {program.Name} | {bytes / 1e6:0.0} | {median.TotalSeconds:0.00} | {walls.Min().TotalSeconds:0.00} | {walls.Max().TotalSeconds:0.00} | {count / median.TotalSeconds:0} | {runs[program.Name].Max(run => run.Memory) / 1e6:0} |"));
        }
    }
}
